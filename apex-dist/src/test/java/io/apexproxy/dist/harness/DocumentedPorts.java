package io.apexproxy.dist.harness;

import io.apexproxy.test.FreePorts;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Free ports for the ports of a document, each the same at every occurrence. */
public final class DocumentedPorts {

    private final Pattern documented;
    private final Map<String, Integer> ports = new HashMap<>();

    /**
     * Creates the mapping.
     *
     * @param documented matches the ports that are replaced
     */
    public DocumentedPorts(Pattern documented) {
        this.documented = documented;
    }

    /** Returns a text with free ports. */
    public String replaceIn(String text) {
        return documented.matcher(text).replaceAll(port -> Integer.toString(of(port.group())));
    }

    /** Returns the port for a documented one. */
    public int of(String port) {
        return ports.computeIfAbsent(port, unused -> FreePorts.next());
    }
}
