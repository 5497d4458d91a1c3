package io.apexproxy.source.docker;

import java.util.List;
import java.util.Map;

/**
 * A container in the list of the API.
 *
 * @param id the identifier
 * @param name the name, without the slash with which it begins in the API
 * @param labels the labels
 * @param ports the TCP ports that it exposes, once for each address on which they are published
 * @param networks the IP addresses by the name of the network; empty text: none, such as in the network of the host
 */
record Container(String id, String name, Map<String, String> labels, List<Port> ports, Map<String, String> networks) {

    /** The mark of a port that is not published. */
    static final int NOT_PUBLISHED = 0;

    /**
     * A TCP port.
     *
     * @param ip the address of the host on which it is published; empty text: all
     * @param inside the number in the container
     * @param published the number on the host, or {@link #NOT_PUBLISHED}
     */
    record Port(String ip, int inside, int published) {

        boolean isPublished() {
            return published != NOT_PUBLISHED;
        }
    }
}
