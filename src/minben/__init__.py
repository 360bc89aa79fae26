"""民本 minben: open-source software for smart government. The people are the root."""
