"""Pictures of answers: an answer and the `view` of its query's head → one Vega-Lite specification → page, PNG, SVG.

`kg.pictures.kinds` makes the specification, which is cheap; `kg.pictures.drawing` draws it, and loads what that takes only then.
The same answer makes the same specification, byte for byte.
"""
