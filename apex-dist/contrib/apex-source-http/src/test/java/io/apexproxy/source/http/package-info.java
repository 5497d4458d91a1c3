/** Tests of the backend source {@code http} with a scripted server, {@code DocumentServer}. */
package io.apexproxy.source.http;
