"""What an inbox row needs read before it is decided on."""
