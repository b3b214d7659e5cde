"""Code of other people that is needed at run time: its licences, its age, and a bill of materials."""
