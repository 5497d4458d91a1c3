package io.apexproxy.source.dns;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/**
 * Asks DNS servers, beginning with the one that answered last, until one answers. Thread-safe.
 *
 * <p>Names are absolute: no search list applies.
 */
final class Resolver {

    private final List<DnsServer> servers;
    /** The index of the server that answered last. */
    private final AtomicInteger preferred = new AtomicInteger();

    Resolver(List<DnsServer> servers) {
        this.servers = List.copyOf(servers);
    }

    /**
     * A final response about a name.
     *
     * @param response found records, or that there are none
     * @param additional the further records of the message, such as the addresses of targets
     */
    record Found(Response response, List<Record> additional) {
    }

    /** Looks up the records of a type, through aliases. Throws if no server has an answer, with their reasons. */
    Found lookUp(Name name, int type) throws IOException {
        Name current = name;
        long ttl = Long.MAX_VALUE;
        for (int aliases = 0; aliases <= Response.MAX_ALIASES; aliases++) {
            Found found = ask(current, type);
            Response response = found.response();
            if (response.kind() != Response.Kind.ALIAS) {
                return new Found(new Response(response.kind(), response.name(), response.records(),
                        response.ttlSeconds() < 0 ? -1 : Math.min(ttl, response.ttlSeconds())), found.additional());
            }
            ttl = Math.min(ttl, response.ttlSeconds());
            current = response.name();
        }
        throw new IOException(name + ": more than " + Response.MAX_ALIASES + " aliases");
    }

    private Found ask(Name name, int type) throws IOException {
        List<String> failures = new ArrayList<>();
        int first = preferred.get();
        for (int offset = 0; offset < servers.size(); offset++) {
            int index = (first + offset) % servers.size();
            DnsServer server = servers.get(index);
            try {
                Message message = server.query(name, type);
                Response response = Response.read(message, name, type);
                preferred.set(index);
                return new Found(response, message.getSection(Section.ADDITIONAL));
            } catch (IOException e) {
                failures.add(server + ": " + e.getMessage());
            }
        }
        throw new IOException(name + ": " + String.join("; ", failures));
    }
}
