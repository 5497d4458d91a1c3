/** Tests of the sources. {@code DocumentServer} answers the requests of {@code http} as a test says. */
package io.apexproxy.source.documents;
