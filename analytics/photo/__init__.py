"""Photos with the calibration card: where the card lies, how large a lump is, how red it is. Pure, as all of analytics.

`card` (what is printed) and `outline` (sizes from an outline) need numpy at most; `reading` and what it calls need OpenCV.
"""
