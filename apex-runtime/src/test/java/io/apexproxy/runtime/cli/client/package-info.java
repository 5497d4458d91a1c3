/** Tests of the client of the control socket. */
package io.apexproxy.runtime.cli.client;
