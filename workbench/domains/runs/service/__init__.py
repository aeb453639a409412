"""What may happen to runs: submission, the ledger, results, and the processes that execute them."""
