"""The API of the node: what programs ask, in JSON, with a token. It calls what the pages call."""
