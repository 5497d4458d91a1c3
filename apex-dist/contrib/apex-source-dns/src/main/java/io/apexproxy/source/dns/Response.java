package io.apexproxy.source.dns;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * What a message says about a name. Pure.
 *
 * @param kind what was found
 * @param name the name at the end of the aliases in the message
 * @param records the records of the queried type; empty for the other kinds
 * @param ttlSeconds how long it holds: the smallest TTL of what was used, or the negative TTL; -1 if unknown
 */
record Response(Kind kind, Name name, List<Record> records, long ttlSeconds) {

    /** What a message says. */
    enum Kind {
        /** The name has records of the type. */
        FOUND,
        /** The name exists and has no record of the type. */
        NO_DATA,
        /** The name does not exist. */
        NO_NAME,
        /** The name is an alias of another name, about which the message says nothing. */
        ALIAS
    }

    /** A chain of aliases that is longer is most probably a loop; resolvers have similar limits. */
    static final int MAX_ALIASES = 8;

    private static final long UNKNOWN = -1;

    /** Returns a number of seconds as the validity of an answer; empty if it is negative. */
    static Optional<Duration> validity(long ttlSeconds) {
        return ttlSeconds < 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(ttlSeconds));
    }

    /**
     * Reads a response.
     *
     * @throws IOException if it is an error such as SERVFAIL, or if the name has too many aliases
     */
    static Response read(Message message, Name queried, int type) throws IOException {
        int rcode = message.getRcode();
        if (rcode != Rcode.NOERROR && rcode != Rcode.NXDOMAIN) {
            throw new IOException(Rcode.string(rcode));
        }
        List<Record> answers = message.getSection(Section.ANSWER);
        Name name = queried;
        long ttl = Long.MAX_VALUE;
        for (int aliases = 0; aliases <= MAX_ALIASES; aliases++) {
            List<Record> found = records(answers, name, type);
            if (!found.isEmpty()) {
                long least = found.stream().mapToLong(Record::getTTL).min().orElseThrow();
                return new Response(Kind.FOUND, name, found, Math.min(ttl, least));
            }
            List<Record> alias = records(answers, name, Type.CNAME);
            if (alias.isEmpty()) {
                return withoutRecords(message, queried, name, ttl);
            }
            name = ((CNAMERecord) alias.get(0)).getTarget();
            ttl = Math.min(ttl, alias.get(0).getTTL());
        }
        throw new IOException("more than " + MAX_ALIASES + " aliases");
    }

    private static Response withoutRecords(Message message, Name queried, Name name, long ttl) {
        if (message.getRcode() == Rcode.NXDOMAIN) {
            return new Response(Kind.NO_NAME, name, List.of(), negativeTtl(message, ttl));
        } else if (!name.equals(queried) && negativeTtl(message, Long.MAX_VALUE) == UNKNOWN) {
            return new Response(Kind.ALIAS, name, List.of(), ttl);
        }
        return new Response(Kind.NO_DATA, name, List.of(), negativeTtl(message, ttl));
    }

    /** Returns the time for which a negative answer holds, as in RFC 2308. */
    private static long negativeTtl(Message message, long ttl) {
        return message.getSection(Section.AUTHORITY).stream().filter(SOARecord.class::isInstance)
                .map(SOARecord.class::cast).findFirst()
                .map(start -> Math.min(ttl, Math.min(start.getTTL(), start.getMinimum()))).orElse(UNKNOWN);
    }

    private static List<Record> records(List<Record> all, Name name, int type) {
        List<Record> found = new ArrayList<>();
        for (Record record : all) {
            if (record.getType() == type && record.getName().equals(name)) {
                found.add(record);
            }
        }
        return found;
    }
}
