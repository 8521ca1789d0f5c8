"""The diary a tutorial would make: one model and one serializer in bare DRF, with its token check. It judges nothing."""
