"""The pages of the node: views, templates, static files. They read, and call actions to write."""
