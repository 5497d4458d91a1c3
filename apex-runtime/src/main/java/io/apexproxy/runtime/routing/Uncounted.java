package io.apexproxy.runtime.routing;

/** An admitted connection that no client entry counts: there are no limits, or the table is full. */
enum Uncounted implements Claim.Admitted {
    INSTANCE;

    @Override
    public void release(long nowNanos) {
        // nothing was counted
    }
}
