"""What reminders survive: real processes, killed, frozen and lied to; a mail server's log is the judge.

How a run goes (`stage` is a fixture; tests/faults/test_senders.py is the example to copy):

    stage.begin(world.make(seed, owners=20, entries=3, digest=[True]))   # people typed in; the clock starts
    stage.order(slow=0.05)                                               # what the mail server does wrong
    pump = stage.pump()                                                  # `reminders_pump --every`, a process
    stage.kill(pump); stage.freeze(…); stage.jump(timedelta(minutes=15)) # …
    stage.quiesce()                                                      # no more faults; one pump ends it
    verdict = stage.verdict(held=stage.held())                            # the log against the oracle
    assert verdict.clean, verdict
    stage.verify()                                                       # `manage.py verify_reminders`

- `services.py`: a Postgres that commits as production's does and a Valkey, both of this session alone;
  `stage.services.postgres.again(signal.SIGQUIT)` is an immediate stop and a start. Each stage has a database.
- `clock.py`: business time, 30 times as fast as the wall's, told by Postgres itself. A run begins at 06:59
  UTC; leases, waits and hours pass accordingly, and `stage.jump()` lets time pass at once.
- `nursery.py`, `workers.py`, `child.py`: a process with the product loaded forks each worker in milliseconds,
  in a session of its own, killed with killpg. `stage.start("module:function", …)` runs anything in one;
  `stage.deed(…)` the same in the run's own time (pages, forms), and returns its answer.
- `sink.py`: the mail server; it writes down what it took before it answers 250, also as Postfix would.
- `world.py`: what users typed in. `oracle.py`: what must arrive, day by day, without a line of the product's.
  Every entry has a token that its mail shows. `judge.py`: lost, told twice, mailed twice, early, wrong.
- `mutants.py`: the engine with one guard taken out (`stage.mutant = …`); with it the judge must find
  the fault, and `stage.mutant_was_met` says that it was really met.

Rules: the fault is proved to have happened (kills, holds, ambiguous mails are counted); what is expected is
exactly what arrived; a wait polls with a generous limit, and no assertion is about how long something took.
Quick ones run always, those marked `faults` by `./netvalue.sh test --faults`.
"""
