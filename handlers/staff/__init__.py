"""The Service's side of the wall: values in, decisions out; no session, no storage, no Turn."""
