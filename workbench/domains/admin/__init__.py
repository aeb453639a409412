"""What whoever looks after an installation sees and does.

setting     something that is configured, with the place that it comes from
chore       something that a home needs done now and then
round       all chores once, every hour; the latest ones are on record in the home
due         how much a chore would find to do now
backup      a copy of the metadata database, made before an upgrade
"""
