/** Attach a file to a customer over a network that breaks: everything is safe to repeat, so what broke is repeated.
 *
 *     node upload.ts https://crm.example.cn <access token> <id of a customer> licence.pdf
 *
 * Needs Node 22.18 or newer. In a browser the content is a `File`, and nothing else changes.
 * Prints the state of the file when it has been checked: CLEAN, or REJECTED and why.
 */

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, extname } from "node:path";

const PATIENCE = 600_000; // milliseconds after which it gives up
const TRANSIENT = new Set([408, 425, 429, 500, 502, 503, 504]);
const TYPES: Record<string, string> = { ".pdf": "application/pdf", ".jpg": "image/jpeg", ".png": "image/png" };

const ANNOUNCE = `mutation Announce($input: CreateAttachmentUploadInput!) {
  answer: createAttachmentUpload(input: $input) {
    attachment { id } upload { method url headers { name value } } userErrors { code message } } }`;
const COMPLETE = `mutation Complete($id: ID!) {
  answer: completeAttachmentUpload(input: {id: $id}) { attachment { id } userErrors { code message } } }`;
const STATE = `query State($id: ID!) { answer: node(id: $id) { ... on Attachment { state rejectionZh scannedBy } } }`;

type UserErrors = { userErrors: { code: string; message: string }[] };
type Upload = { method: string; url: string; headers: { name: string; value: string }[] };
type Announced = UserErrors & { attachment: { id: string }; upload: Upload | null };
type Completed = UserErrors & { attachment: { id: string } };
type State = { state: string; rejectionZh: string | null; scannedBy: string | null };

/** It did not go through, and may the next time. */
class Broken extends Error {}

async function send(url: string, request: RequestInit): Promise<Response> {
  const answer = await fetch(url, { ...request, signal: AbortSignal.timeout(30_000) }).catch((error: Error) => {
    throw new Broken(error.message);
  });
  if (TRANSIENT.has(answer.status)) throw new Broken(`status ${answer.status}`);
  return answer;
}

/** One person's connection. */
class Api {
  readonly #place: string;
  readonly #headers: Record<string, string>;

  constructor(address: string, token: string) {
    this.#place = `${address}/graphql`;
    this.#headers = { authorization: `Bearer ${token}`, "accept-language": "zh-CN", "content-type": "application/json" };
  }

  /** The field `answer` of the document. Throws Broken where it is worth another try. */
  async ask<T>(query: string, variables: object): Promise<T> {
    const request = { method: "POST", headers: this.#headers, body: JSON.stringify({ query, variables }) };
    const text = await (await send(this.#place, request)).text().catch((error: Error) => {
      throw new Broken(error.message);
    });
    const answer = JSON.parse(text);
    if (answer.errors) throw new Error(answer.errors[0].message);
    return answer.data.answer;
  }

  /** Send the content just as the API said. fetch sets its length by itself. */
  async put(upload: Upload, content: Buffer<ArrayBuffer>): Promise<void> {
    const headers = upload.headers.filter((header) => header.name.toLowerCase() !== "content-length");
    const named = Object.fromEntries(headers.map((header) => [header.name, header.value]));
    await send(upload.url, { method: upload.method, headers: named, body: content });
  }
}

/** Announce, send, complete; the id of the attachment. From the beginning again where any of it broke. */
async function attach(api: Api, customer: string, file: string): Promise<string> {
  const content = await readFile(file);
  const input = {
    subjectId: customer, kind: "OTHER", fileName: basename(file), size: content.length,
    contentType: TYPES[extname(file)], sha256: createHash("sha256").update(content).digest("hex"),
  };
  for await (const _ of pauses()) {
    try {
      const announced = accepted(await api.ask<Announced>(ANNOUNCE, { input }));
      if (announced.upload) await api.put(announced.upload, content); // null: the content has come already
      const completed = await api.ask<Completed>(COMPLETE, { id: announced.attachment.id });
      // The store refused it, as it does when the link is too old: the next one is new.
      if (completed.userErrors.some((error) => error.code === "NOT_UPLOADED")) continue;
      return accepted(completed).attachment.id;
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      console.error(`again: ${error.message}`);
    }
  }
  throw new Error("The network is too bad: please try again later.");
}

/** Wait until the file was checked. */
async function checked(api: Api, id: string): Promise<State> {
  for await (const _ of pauses()) {
    try {
      const found = await api.ask<State>(STATE, { id });
      if (found.state !== "QUARANTINED") return found;
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
    }
  }
  throw new Error("The file still waits for its check.");
}

function accepted<T extends UserErrors>(answer: T): T {
  if (answer.userErrors.length > 0) throw new Error(answer.userErrors.map((error) => error.message).join("\n"));
  return answer;
}

/** At once, then after longer and longer pauses, until the patience is at its end. */
async function* pauses(): AsyncGenerator<void> {
  const deadline = Date.now() + PATIENCE;
  for (let pause = 200; Date.now() < deadline; pause = Math.min(pause * 1.5, 15_000)) {
    yield;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

const [address, token, customer, file] = process.argv.slice(2);
const api = new Api(address, token);
const found = await checked(api, await attach(api, customer, file));
console.log(found.state, found.rejectionZh ?? found.scannedBy);
