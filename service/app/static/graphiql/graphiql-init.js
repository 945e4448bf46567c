"use strict";

// The bundle (graphiql.min.js) gives `GraphiQLBundle`: createElement, createRoot, GraphiQL.
(() => {
  const ENDPOINT = "/graphql";

  const DEFAULT_QUERY = `# Sign in with your staff number or e-mail. Put the
# accessToken of the answer after "Bearer " in the
# headers below; then run other operations.

mutation {
  signIn(input: {account: "S001", password: "…"}) {
    accessToken
  }
}
`;

  const DEFAULT_HEADERS = '{\n  "Authorization": "Bearer "\n}';

  function isSubscription({ operationName }, document) {
    return document?.definitions.some(
      (one) => one.operation === "subscription" && (!operationName || one.name?.value === operationName),
    );
  }

  // graphql-transport-ws, one socket for each subscription. GraphiQL takes it for an observable.
  function subscription(params, headers) {
    return {
      subscribe({ next, error, complete }) {
        const address = new URL(ENDPOINT, location.href);
        address.protocol = address.protocol.replace("http", "ws");
        const socket = new WebSocket(address, "graphql-transport-ws");
        const send = (message) => socket.send(JSON.stringify(message));
        const take = {
          connection_ack: () => send({ id: "1", type: "subscribe", payload: params }),
          next: ({ payload }) => next(payload),
          error: ({ payload }) => { next({ errors: payload }); socket.close(1000); },
          complete: () => socket.close(1000),
          ping: () => send({ type: "pong" }),
        };
        socket.onopen = () => send({ type: "connection_init", payload: headers });
        socket.onmessage = ({ data }) => { const message = JSON.parse(data); take[message.type]?.(message); };
        socket.onclose = ({ code, reason }) =>
          code === 1000 ? complete() : error({ message: `${code} ${reason || "The connection was lost"}` });
        return { unsubscribe: () => socket.close(1000) };
      },
    };
  }

  function fetcher(params, options) {
    return isSubscription(params, options?.documentAST)
      ? subscription(params, options?.headers)
      : request(params, options);
  }

  async function request(params, options) {
    const response = await fetch(ENDPOINT, {
      method: "POST",
      headers: { Accept: "application/json", "Content-Type": "application/json", ...options?.headers },
      body: JSON.stringify(params),
    });
    const text = await response.text();
    try {
      return JSON.parse(text);
    } catch {
      return { errors: [{ message: `HTTP ${response.status}: ${text.slice(0, 500)}` }] };
    }
  }

  // Passwords and tokens are typed into this page: what it remembers ends with it.
  // GraphiQL's history holds headers even where `shouldPersistHeaders` is false.
  function memoryStorage() {
    const items = new Map();
    return {
      getItem: (key) => items.get(key) ?? null,
      setItem: (key, value) => void items.set(key, String(value)),
      removeItem: (key) => void items.delete(key),
      clear: () => items.clear(),
      get length() {
        return items.size;
      },
    };
  }

  const { GraphiQL, createElement, createRoot } = GraphiQLBundle;
  createRoot(document.getElementById("graphiql")).render(
    createElement(GraphiQL, {
      fetcher,
      storage: memoryStorage(),
      defaultQuery: DEFAULT_QUERY,
      defaultHeaders: DEFAULT_HEADERS,
      defaultEditorToolsVisibility: "headers",
      isHeadersEditorEnabled: true,
      shouldPersistHeaders: false,
      showPersistHeadersSettings: false,
    }),
  );
})();
