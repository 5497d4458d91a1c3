/** Tests of the backend sources of DNS with {@code FakeDns}, a server that can lie. */
package io.apexproxy.source.dns;
