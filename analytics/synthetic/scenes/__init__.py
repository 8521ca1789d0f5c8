"""Photographs of made-up lumps with a known answer: what a phone would see, computed from the laws of light and lenses.

`scene(kind, seed)` gives the facts, `take(facts)` the picture and its truth:

    rgb, truth = take(scene("flat", 7, tone="dark"))

Nothing here knows how the measuring works; the only thing shared with it is the printed card. Needs OpenCV, loaded when
a picture is taken. How it is used, and what it leaves out, is in docs/photos.md.
"""

from analytics.synthetic.scenes.chance import BAD, KINDS, scene
from analytics.synthetic.scenes.facts import Scene
from analytics.synthetic.scenes.take import Truth, take

__all__ = ["BAD", "KINDS", "Scene", "Truth", "scene", "take"]
