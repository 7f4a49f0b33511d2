"""Events beyond their files: calendars, series, others' calendars, the year's experience meeting."""
