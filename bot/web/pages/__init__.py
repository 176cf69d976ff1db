"""The organisers' pages: rendered here, working without scripts."""
