"""How subscriptions reach clients: sockets that speak graphql-transport-ws, and server-sent events."""
