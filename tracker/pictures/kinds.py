"""Which kind of picture the first bytes announce. The sender's Content-Type is a claim; these are the evidence."""

KINDS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/heic": "HEIF"}

_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"hevm", b"hevs", b"mif1", b"msf1")


def kind_of(head: bytes) -> str | None:
    """The MIME type that `head` (the first 32 bytes or more) announces, None for anything we do not take."""
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"  # MPO, a phone's JPEG with a second picture behind it, starts the same way
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        return "image/heic"
    return None
