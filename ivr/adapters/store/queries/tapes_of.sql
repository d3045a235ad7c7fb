-- The tapes of one call: one for each time that it was with the service.
select call_id, tape from tapes where call_id = :call_id order by seq
