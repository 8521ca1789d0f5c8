"""What a doctor sees. The door is `tracker.reports.build.report_for`; the shapes stand in `tracker.reports.shapes`."""
