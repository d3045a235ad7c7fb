-- An announcement as it is now.
insert into announcements (id, flow, point, words, recording, begins_at, until, by, note, ended_at, ended_by)
values (:id, :flow, :point, :words, :recording, :begins_at, :until, :by, :note, :ended_at, :ended_by)
on conflict (id) do update set until = excluded.until, ended_at = excluded.ended_at, ended_by = excluded.ended_by
