// The module that inline functions of CloudFormation's custom resources find beside them.

const http = require('node:http');
const https = require('node:https');

exports.SUCCESS = 'SUCCESS';
exports.FAILED = 'FAILED';

/** Tells CloudFormation how the request of a custom resource went, and ends the invocation. */
exports.send = (event, context, responseStatus, responseData, physicalResourceId, noEcho) => {
  const body = JSON.stringify({
    Status: responseStatus,
    Reason: `See the details in CloudWatch Log Stream: ${context.logStreamName}`,
    PhysicalResourceId: physicalResourceId || context.logStreamName,
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
    NoEcho: noEcho || false,
    Data: responseData,
  });
  const url = new URL(event.ResponseURL);
  const { request } = url.protocol === 'http:' ? http : https;
  const headers = { 'content-type': '', 'content-length': Buffer.byteLength(body) };
  const sent = request(url, { method: 'PUT', headers }, (response) => {
    response.resume();
    response.on('end', () => context.done());
  });
  sent.on('error', (error) => {
    process.stdout.write(`The answer to CloudFormation could not be sent: ${error.message}\n`);
    context.done();
  });
  sent.end(body);
};
