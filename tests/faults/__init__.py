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

For each fault its drill, and the mutant or counter-example that turns it red; D: with one mail a day, S: with
a mail for each reminder (the others are about days before any mail). All of it at once: test_storm.py. That
what is named here exists is tested by test_table.py.

F1   a sender is killed anywhere (D S)
     test_senders.py test_killed_again_and_again
     red: marked_before_sent reaper_is_blind
F2   a sender is killed at one exact point (D S)
     test_senders.py test_killed_at_one_exact_point
     red: reaper_is_blind
F3   a sender is frozen and wakes after its lease (D S)
     test_senders.py test_frozen_past_its_lease
     red: fence_asks_nobody
F4   the mail is taken and the line breaks (D S)
     test_mail_server.py test_taken_and_broken_off
     red: silence_is_no
F5   the mail is taken and nobody answers (D S)
     test_mail_server.py test_taken_and_never_answered
     red: silence_is_no
F6   come back later; greylisting (D S)
     test_mail_server.py test_told_to_come_back test_greylisted
     red: no_patience
F7   refused for good (D S)
     test_mail_server.py test_refused_for_good_it_comes_with_the_next_mail
     red: never_means_later
F8   the mail server is away (D S)
     test_mail_server.py test_away_for_a_while
     red: nobody_waits away_is_a_try
F9   the queue is emptied (D S)
     test_broker.py test_the_queue_is_emptied_again_and_again
     red: queue_is_the_truth
F10  the queue is killed, frozen, cut off (D S)
     test_broker.py test_without_the_queue_the_pump_goes_on
     red: test_without_queue_and_pump_nothing_leaves_and_it_is_told
F11  the queue is full (D S)
     test_broker.py test_a_full_queue_breaks_no_page
     red: queue_must_answer
F12  Postgres stops at once, breaks every line (D S)
     test_postgres.py test_stops_and_comes_back test_a_fence_is_never_forgotten
     red: fence_is_written_later
F13  Postgres takes no writes (D S)
     test_postgres.py test_no_mail_without_a_written_fence test_read_only_while_a_mail_is_at_the_fence
     red: fence_swallows_errors
F14  an older database is put back (D S)
     test_restored.py test_nothing_leaves_from_an_older_state
     red: nobody_remembers
F15  planners, senders and beats all at once (D S)
     test_broker.py test_all_at_once
     red: claims_without_a_lock plans_without_a_lock
F16  the clock of a machine is wrong (D S)
     test_times_clocks.py test_a_pump_with_a_wrong_clock_sends_what_is_due_by_the_right_one
     red: test_a_pump_that_asked_its_own_clock_would_be_found
          test_without_the_clock_of_all_it_would_come_a_year_late
F17  days without a mail (D S)
     test_times_outages.py test_what_was_missed_comes_in_one_mail_each_thing_once_or_is_shown_as_too_late
     red: nothing_is_too_late whatever_is_late_is_too_late each_late_one_has_a_mail what_is_too_late_is_gone
F18  clocks are changed, in every zone (D)
     test_times_planner.py test_one_mail_for_each_local_date_through_changes_of_the_clocks_everywhere
     red: the_second_of_two a_day_after_the_last whatever_day_that_is
F19  new rules for zones between plan and mail
     test_times_planner.py test_another_release_of_the_rules_moves_what_is_to_come_to_its_hour
     red: test_without_looking_at_the_release_it_would_be_an_hour_off
F20  edits, other zones, hours and leads (D S)
     test_edits_sequences.py test_a_thousand_ways_of_editing_while_time_goes_on
     red: hours_stay_as_they_were an_hour_too_soon the_overdue_goes_by_its_own_day leads_stay_as_they_were
F21  leap days, unknown years, over New Year
     test_times_years.py test_each_comes_on_its_day
     red: the_same_day_or_none the_first_of_march
F22  unwanted just before the fence, or after it (D S)
     test_races.py test_unwanted_before_the_fence_it_does_not_leave
        test_unwanted_after_the_fence_it_left_once
     red: fence_stands_open
F23  a new version while mail leaves (D S)
     test_races.py test_a_new_version_while_mail_leaves
     red: task_has_a_new_name
F24  a mail that kills its sender (D S)
     test_races.py test_a_mail_that_kills_its_sender_is_set_aside
     red: nobody_counts_deaths
F25  a forgotten transaction (D S)
     test_postgres.py test_a_forgotten_transaction_holds_up_one_owner_and_ends
     red: test_a_forgotten_transaction_without_an_end_is_seen
F26  a pooler in transaction mode (D S)
     test_postgres.py test_a_pooler_forgets_the_session_after_each_transaction
     red: pooler_and_prepared_statements
F27  links opened by machines, pressed twice, forged (D S)
     test_links.py test_a_link_acts_when_it_is_pressed_and_once
     red: reading_acts
F28  a mail comes back after it was taken; forged (D S)
     test_bounces.py test_what_came_back_stays_sent_and_after_two_its_address_is_left_alone
        test_nobody_has_the_mail_of_another_stopped
     red: every_seal_is_good
F29  hundreds in one minute, so many a second (D S)
     test_pace.py test_so_many_a_second_and_nobody_starves
     red: nobody_waits_their_turn
"""
