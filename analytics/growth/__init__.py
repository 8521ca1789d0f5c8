"""The growth engine: is this lump growing, how fast, how sure, since when (docs/growth.md)."""

from analytics.growth.band import band
from analytics.growth.engine import alarms, look, looks
from analytics.growth.result import BandPoint, Doubt, Growth

__all__ = ["BandPoint", "Doubt", "Growth", "alarms", "band", "look", "looks"]
