"""Which inputs an answer hangs on; one method, one file."""
