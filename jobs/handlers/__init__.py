"""Effects carried out: claimed, sent, and their results put into the inbox."""
