"""Made-up lumps with a known answer."""

from analytics.synthetic.generator import MadeLump, Recipe, make_lump, make_lumps

__all__ = ["MadeLump", "Recipe", "make_lump", "make_lumps"]
