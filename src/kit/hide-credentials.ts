/** A text that may hold URLs, without the users and passwords in them: 'http://u:p@host/' -> 'http://***@host/'. */
export const hideCredentials = (text: string): string => text.replaceAll(/\/\/[^/\s"']*@/g, '//***@');
