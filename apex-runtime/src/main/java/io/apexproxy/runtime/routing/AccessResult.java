package io.apexproxy.runtime.routing;

/** The result of a check of a client. */
public sealed interface AccessResult {

    /**
     * The client is served.
     *
     * @param claim its place in the limits per client; the receiver releases it when the connection ends
     */
    record Permitted(Claim.Admitted claim) implements AccessResult {

        static final Permitted UNCOUNTED = new Permitted(Claim.UNCOUNTED);
    }

    /** The peer sends a PROXY protocol header, which determines the client. */
    record HeaderExpected() implements AccessResult {

        static final HeaderExpected INSTANCE = new HeaderExpected();
    }

    /** The reason for a refusal. */
    enum Refused implements AccessResult {
        /** The rules do not permit the client, or no header is trusted from the peer. */
        DENIED,
        /** The rate of the listener is exceeded. */
        LISTENER_RATE,
        /** The client has too many connections. */
        CLIENT_LIMIT,
        /** The client opens connections too fast. */
        CLIENT_RATE
    }

    /** Returns the result for a client that the rules permit. */
    static AccessResult of(Claim claim) {
        if (claim instanceof Claim.Admitted admitted) {
            return new Permitted(admitted);
        }
        return claim == Claim.Refused.CLIENT_LIMIT ? Refused.CLIENT_LIMIT : Refused.CLIENT_RATE;
    }
}
