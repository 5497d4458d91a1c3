package io.apexproxy.runtime.probe;

/** A connection that is being opened or is open. */
interface OpenConnection {

    /** Closes the connection at once. On the loop's thread. Further calls have no effect. */
    void abort();
}
