"""What a campaign brought beside visits: ambassadors, mentors, pledges, agreements, press; and who may be named."""
