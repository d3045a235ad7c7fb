-- Details of an action that hold what a caller keyed in go with the input itself.
update actions set detail = '{}' where seq in (
  select seq from actions where kind in ('collect', 'set') and detail <> '{}' and at < :before order by at limit :most
)
