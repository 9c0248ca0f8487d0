"""Tests of the server: the real one, as a process, over HTTP."""
