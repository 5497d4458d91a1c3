/** Tests of what the HTTP server reads, without a socket. {@code AdminStarvationTest} has those with sockets. */
package io.apexproxy.runtime.admin.http;
