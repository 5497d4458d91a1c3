package io.apexproxy.api;

import java.util.Optional;

/**
 * The PROXY protocol header with which a connection began.
 *
 * <p>The addresses of the header are {@link ConnectionInfo#client} and {@link ConnectionInfo#local}. Immutable. All
 * methods can be called from any thread and never block.
 *
 * @see <a href="https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt">PROXY protocol</a>
 * @since 0.2
 */
public interface ProxyHeader {

    /**
     * Returns the version of the protocol.
     *
     * @return 1 or 2
     */
    int version();

    /**
     * Returns a field of the header. The sender decides which fields exist; their content is not verified.
     *
     * @param type the type of the field (TLV), from 0 to 255; for example 0x02 is the server name, and 0xEA the VPC
     *     endpoint of AWS
     * @return the value of the first field of this type, a copy; empty if there is none, as always in version 1
     */
    Optional<byte[]> field(int type);
}
