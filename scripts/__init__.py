"""The operator's and contributor's interface: each module one command of `folkmoot`."""
