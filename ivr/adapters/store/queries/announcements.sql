-- Announcements, the oldest first; when there are more than :most, those that were ended longest ago are left out.
select * from (
  select * from announcements order by ended_at is not null, begins_at desc, id desc limit :most
) order by begins_at, id
