/** Tests of the parser of PostgreSQL requests, without sockets. */
package io.apexproxy.runtime.protocol.postgres;
