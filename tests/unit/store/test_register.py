

def test_a_durable_write_waits_for_the_disk_and_the_next_one_does_not(register):
    """2 is FULL, 1 is NORMAL: a commit may be lost with the power. A server always waits."""
    if not register.is_sqlite:
        with register.write(durable=True) as connection:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
        return
    with register.write(durable=True) as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    with register.write() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 1
