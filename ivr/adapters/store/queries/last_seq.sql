-- The highest number given to an event so far.
select last from numbering where id = 1
