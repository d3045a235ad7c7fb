insert into numbering (id, last) values (1, ?) on conflict (id) do update set last = max(last, excluded.last)
