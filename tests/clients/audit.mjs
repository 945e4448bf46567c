// The audit suite of GraphQL over HTTP, against the endpoint that is named; its results as JSON.
import { serverAudits } from "graphql-http";

const [url] = process.argv.slice(2);
const results = [];
for (const audit of serverAudits({ url })) {
  const { status, id, name, reason } = await audit.fn();
  results.push({ status, id, name, reason: reason ?? null });
}
console.log(JSON.stringify(results));
