"""Values only: what Apple measured (`facts`) and what the gate makes of it (`result`)."""
