"""The diary as an HL7 FHIR R4 Bundle: what the patient measured and wrote down, and nothing that was concluded from it."""
