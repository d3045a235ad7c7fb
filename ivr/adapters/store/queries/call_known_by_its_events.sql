-- A call whose beginning was not kept: a row for its events to belong to.
insert into calls (id, started_at) values (?, ?) on conflict (id) do nothing
