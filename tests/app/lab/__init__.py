"""The lab without its Asterisk: keys, sounds, transcript, processes."""
