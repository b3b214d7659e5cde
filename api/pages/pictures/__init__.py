"""Pictures drawn on the server as SVG: pure functions from figures to markup, coloured by class, legible in one ink."""
